#include "clones.h"
#include "lw_convolution.h"

#define REAL float
#define NAME(f) f##_f32

#include "convolution.h"
