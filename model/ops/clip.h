#pragma once

struct clip_attrs {
    float min, max;
};
