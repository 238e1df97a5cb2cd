#pragma once
#include <cblas.h>
// Complex numbers are not used here, and C's own type for them is one that Swift cannot see.
#define LAPACK_COMPLEX_STRUCTURE
#include <lapacke.h>
