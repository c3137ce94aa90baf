#pragma once
/* The door is model/'s now, which reads protobuf too. */
#include "model/message.h"
