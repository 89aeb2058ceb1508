/* Brings memory near by loading from it. A prefetch that needs a page walk is dropped on some machines (seen on virtual
 * ones), and then whatever it was to hide is paid in full; loads that do not depend on each other overlap everywhere.
 * To be called in a loop of its own over a few dozen addresses, before the loop that uses them. */
#ifndef WEIR_VEC_TOUCH_H
#define WEIR_VEC_TOUCH_H

#include <stdint.h>

enum { TOUCH_BLOCK = 32 };

static inline void touch(const void *address) { (void)*(const volatile uint8_t *)address; }

#endif
