#pragma once

/* y = x / (1 + exp(-beta * x)) */
struct swish_attrs {
    float beta; /* 1: SiLU */
};
