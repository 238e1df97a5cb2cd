#include "clones.h"
#include "lw_convolution.h"

#define REAL double
#define NAME(f) f##_f64

#include "convolution.h"
