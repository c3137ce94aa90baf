/* snpe-caffe-to-dlc: a prototxt and a caffemodel become a DLC container. */
#include "tools/convert_main.h"

int main(int argc, char **argv)
{
    return convert_main(CONVERTER_CAFFE, argc, argv);
}
