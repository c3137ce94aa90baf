#pragma once

enum unary_kind { UNARY_ABS, UNARY_EXP, UNARY_FLOOR, UNARY_LOG, UNARY_NEG, UNARY_SIN, UNARY_SQRT };

struct unary_attrs {
    enum unary_kind kind;
};
