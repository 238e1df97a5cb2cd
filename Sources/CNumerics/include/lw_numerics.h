#pragma once

// How many processors this process may run on.
long lw_core_count(void);
