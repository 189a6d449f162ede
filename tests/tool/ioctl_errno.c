/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes an ioctl of /dev/null, and no other; exits with its errno. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	int fd = open("/dev/null", O_RDWR);

	if (argc != 2 || fd < 0)
		return 99;
	return ioctl(fd, strtoul(argv[1], NULL, 0), 0) < 0 ? errno : 0;
}
