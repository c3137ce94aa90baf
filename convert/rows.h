#pragma once
/* A word of everyone now. */
#include "base/rows.h"
