/* NEEDS: convert model base */
/* A mean image of any bytes, as the file that a prototxt names has it. */
#include "convert/caffe/mean.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct caffe_mean mean;
    struct fault fault = {""};

    if (caffe_mean_read(data, size, &arena, &mean, &fault) == 0) {
        size_t n = (size_t)mean.channels * mean.height * mean.width;
        volatile float last = mean.v[n - 1];

        (void)last;
    }
    arena_done(&arena);
    return 0;
}
