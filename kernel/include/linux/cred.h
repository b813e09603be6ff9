/* Whose task it is: everything here is root's. */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

#include <linux/uidgid.h>
#include <linux/sched.h>

#define current_uid()	KUIDT_INIT(current->uid)
#define current_euid()	KUIDT_INIT(current->euid)
#define current_gid()	KGIDT_INIT(current->gid)
#define current_egid()	KGIDT_INIT(current->egid)
#define current_fsuid()	current_euid()

#endif
