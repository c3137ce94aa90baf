#pragma once
/* The numbers of the ZIP format (APPNOTE.TXT 6.3) that reader and writer share. */

#define LOCAL_SIGNATURE     0x04034b50u
#define CENTRAL_SIGNATURE   0x02014b50u
#define END_SIGNATURE       0x06054b50u
#define END64_SIGNATURE     0x06064b50u
#define LOCATOR64_SIGNATURE 0x07064b50u

#define LOCAL_SIZE     30
#define CENTRAL_SIZE   46
#define END_SIZE       22
#define END64_SIZE     56
#define LOCATOR64_SIZE 20
#define COMMENT_MAX    65535

#define VERSION_ZIP64   45
#define EXTRA_ZIP64     1
#define FLAG_ENCRYPTED  0x0001
#define METHOD_STORED   0
#define METHOD_DEFLATED 8
#define OPEN32          0xffffffffu /* "see the ZIP64 field" */
#define OPEN16          0xffffu
