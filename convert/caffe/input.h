#pragma once
/* The inputs that a prototxt names. The slots of struct frontend. */
#include "convert/caffe/source.h"

int caffe_input_define(struct conversion *c);
int caffe_input_add(struct conversion *c);
