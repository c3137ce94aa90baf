/* JPEG and PNG pictures, decoded and scaled. */
/* NEEDS: prepare base */
#include "tools/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct picture picture = {0}, small = {0};
    struct fault fault;

    if (picture_decode(data, size, "x", &picture, &fault) < 0)
        return 0;
    if ((uint64_t)picture.width * picture.height < 1000000)
        (void)picture_resize(&picture, 31, 17, &small);
    picture_done(&small);
    picture_done(&picture);
    return 0;
}
