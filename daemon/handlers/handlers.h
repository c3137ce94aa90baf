#pragma once
/* One function for each method, one file for each family; dispatch.h says what they return. */
#include "daemon/request.h"

int handle_hello(struct request *request, struct fault *fault);
int handle_ping(struct request *request, struct fault *fault);
int handle_load(struct request *request, struct fault *fault);
int handle_unload(struct request *request, struct fault *fault);
int handle_list(struct request *request, struct fault *fault);
int handle_info(struct request *request, struct fault *fault);
int handle_region_add(struct request *request, struct fault *fault);
int handle_region_drop(struct request *request, struct fault *fault);
int handle_run(struct request *request, struct fault *fault);
int handle_cancel(struct request *request, struct fault *fault);
int handle_ps(struct request *request, struct fault *fault);
int handle_why(struct request *request, struct fault *fault);
int handle_trace(struct request *request, struct fault *fault);
int handle_stats(struct request *request, struct fault *fault);
int handle_stream_open(struct request *request, struct fault *fault);
int handle_stream_push(struct request *request, struct fault *fault);
int handle_stream_reset(struct request *request, struct fault *fault);
int handle_stream_close(struct request *request, struct fault *fault);
int handle_reload(struct request *request, struct fault *fault);
