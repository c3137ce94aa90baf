/* snpe-tensorflow-to-dlc: a frozen TensorFlow graph becomes a DLC container. */
#include "tools/convert_main.h"

int main(int argc, char **argv)
{
    return convert_main(CONVERTER_TENSORFLOW, argc, argv);
}
