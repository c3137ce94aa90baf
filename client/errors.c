#include "base/error.h"
#include "client/snpe-client.h"

const char *snpe_version(void)
{
    return SNPED_VERSION;
}

const char *snpe_error_name(int code)
{
    return error_get(code).wire_name;
}

const char *snpe_strerror(int code)
{
    return error_get(code).text;
}

int snpe_retryable(int code)
{
    return error_get(code).retryable;
}
