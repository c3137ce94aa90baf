/* snpe-onnx-to-dlc: an ONNX model becomes a DLC container. */
#include "tools/convert_main.h"

int main(int argc, char **argv)
{
    return convert_main(CONVERTER_ONNX, argc, argv);
}
