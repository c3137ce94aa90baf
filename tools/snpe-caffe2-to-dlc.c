/* snpe-caffe2-to-dlc: a predict net and an init net of Caffe2 become a DLC container. */
#include "tools/convert_main.h"

int main(int argc, char **argv)
{
    return convert_main(CONVERTER_CAFFE2, argc, argv);
}
