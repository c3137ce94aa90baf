#pragma once
/* From a frame to the handler of its method: state, rights, what travels with it. */
#include "daemon/request.h"

/* Answers REQUEST, or hands it on to be answered later. */
void dispatch_request(struct request *request);

/*
 * A handler unpacks the params and answers (0), keeps the call to be answered later (0), or returns
 * a negative code and has done nothing: then that is the answer, with FAULT's sentence.
 */
typedef int (*handler_fn)(struct request *request, struct fault *fault);
