#!/usr/bin/env python3
"""What another reader finds in the real containers of the shared data: facts.def for test_facts.c.

    make_facts.py SHARED > facts.def

SHARED/judge/dlcdump.py is that reader. Of each file come the numbers of nodes, constants and
encodings, and for each kind the CRC-32 of its lines, sorted:

    node      NAME|INPUT,...|OUTPUT DIMS,...     (inputs that are no stored tensors)
    constant  NAME|DIMS|TYPE|CRC-32 of its bytes
    encoding  NAME|MIN MAX DELTA|OFFSET          (floats as their bits)

--lines prints the lines themselves, to look for a difference.
"""
import struct
import sys
import zlib
from pathlib import Path

FILES = ("add2_v3_float", "add2_v3_uint8", "driver_monitoring_v2_float", "driver_monitoring_v2_int8",
         "driver_monitoring_v3_int8", "navigation_v3_int8", "sensifai_super_resolution_v3_float",
         "squeezenet_retrained_caffe_v2_float", "torque_mlp_v2_float")


def dims(shape):
    return "x".join(str(n) for n in shape)


def bits(x):
    return "%08x" % struct.unpack("<I", struct.pack("<f", x))


def encoding(name, found):
    e, = found["elements"]
    return "%s|%s %s %s|%d" % (name, bits(e["min"]), bits(e["max"]), bits(e["delta"]), int(e["offset"]))


def lines_of(d):
    nodes, constants, encodings = [], [], []
    for layer in d["model"]["layers"]:
        const = layer["type"] == "Const"
        ins = [] if layer["type"] == "Input" else layer["inputs"]
        outs = ["%s %s" % (n, dims(s)) for n, s in zip(layer["outputs"], layer["output_dims"])]
        if not const:
            nodes.append("%s|%s|%s" % (layer["name"], ",".join(ins), ",".join(outs)))
        tensors = d["params"].get(layer["name"], [])
        for t in tensors:
            name = layer["outputs"][0] if const else "%s/%s" % (layer["name"], t["name"])
            constants.append("%s|%s|%s|%08x" % (name, dims(t["shape"]), {"float32": "f32", "uint8": "tf8"}[t["dtype"]],
                                                zlib.crc32(t["raw"])))
            if t["encoding"]:
                encodings.append(encoding(name, t["encoding"]))
        if const and tensors[0]["encoding"]:
            continue
        encodings += [encoding(n, e) for n, e in zip(layer["outputs"], layer["output_encodings"] or [])]
    return [sorted(x.encode() for x in group) for group in (nodes, constants, encodings)]


def main():
    shared = Path(next(a for a in sys.argv[1:] if not a.startswith("-")))
    sys.path.insert(0, str(shared / "judge"))
    import dlcdump

    print("/* Made by make_facts.py: FILE(folder, then of nodes, constants and encodings the number and the CRC). */")
    for name in FILES:
        groups = lines_of(dlcdump.load_dlc(str(shared / "data" / "dlc" / name / "model.dlc")))
        if "--lines" in sys.argv:
            print("\n".join(x.decode() for group in groups for x in group))
        print('FILE("%s", %s)' % (name, ", ".join("%d, 0x%08x" % (len(g), zlib.crc32(b"".join(x + b"\n" for x in g)))
                                                   for g in groups)))


if __name__ == "__main__":
    main()
