/* snpe-onnx-to-dlc: an ONNX model becomes a DLC container. */
#include "tools/convert_main.h"

int main(int argc, char **argv)
{
    static const struct convert_tool tool = {"snpe-onnx-to-dlc", "ONNX", onnx_convert};

    return convert_main(&tool, argc, argv);
}
