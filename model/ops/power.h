#pragma once

/* y = (shift + scale * x)^power */
struct power_attrs {
    float scale, shift, power;
};
