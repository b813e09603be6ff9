/* The part of the device model that drivers meet: a name. */
#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H

#include <linux/types.h>

struct kobject {
	const char *name;
	struct kobject *parent;
};

int kobject_set_name(struct kobject *object, const char *format, ...) __printf(2, 3);
void kobject_put(struct kobject *object);

static inline const char *kobject_name(const struct kobject *object)
{
	return object->name;
}

#endif
