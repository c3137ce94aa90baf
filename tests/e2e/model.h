#pragma once
/* A model of an ONNX case (tests/convert/data) or of the shared data, through the converter. */
#include "tests/convert/case.h"

/* Runs snpe-onnx-to-dlc on ONNX; DLC is the file it writes. */
void model_convert(const char *onnx, const char *dlc);

/* The model of the case NAME as DLC; its numbers in *RET, freed by case_done. */
void model_of_case(const char *name, const char *dlc, struct convert_case *ret);
