// Writes many small files as fast as it can: `write burst|race FOLDER NUMBER FROM`.
//
// burst: NUMBER files in 600 fresh nested folders, each made when its first file is. race: NUMBER times three nested
// folders and a file in the last. The names begin at FROM.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void folder(const char *path) {
    if (mkdir(path, 0755) && errno != EEXIST) { perror(path); exit(1); }
}

static void file(const char *path, long number) {
    char text[64];
    int length = snprintf(text, sizeof text, "This is the note with the number %ld.\n", number);
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    if (fd < 0 || write(fd, text, length) != length || close(fd)) { perror(path); exit(1); }
}

int main(int count, char **given) {
    if (count != 5) return 2;
    const char *top = given[2];
    long number = atol(given[3]), from = atol(given[4]);
    char path[4096];
    for (long i = 0; i < number; i++) {
        if (!strcmp(given[1], "burst")) {
            long one = i % 600;
            snprintf(path, sizeof path, "%s/%ld", top, from);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/%ld", top, from, one % 10);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/%ld/%ld", top, from, one % 10, one / 10 % 10);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/%ld/%ld/%ld", top, from, one % 10, one / 10 % 10, one);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/%ld/%ld/%ld/%ld.txt", top, from, one % 10, one / 10 % 10, one, i);
        } else {
            snprintf(path, sizeof path, "%s/%ld", top, from + i);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/b", top, from + i);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/b/c", top, from + i);
            folder(path);
            snprintf(path, sizeof path, "%s/%ld/b/c/f.txt", top, from + i);
        }
        file(path, i);
    }
    return 0;
}
