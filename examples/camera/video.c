#include "examples/camera/video.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "examples/camera/pixels.h"

#define BUFFERS 4

struct video {
    int fd;
    const char *path;
    enum pixels format;
    size_t stride;
    struct {
        uint8_t *base;
        size_t size;
    } buffers[BUFFERS];
    uint32_t n_buffers;
};

static const struct {
    uint32_t fourcc;
    enum pixels format;
} formats[] = {
    {V4L2_PIX_FMT_YUYV, PIXELS_YUYV},
    {V4L2_PIX_FMT_NV12, PIXELS_NV12},
    {V4L2_PIX_FMT_MJPEG, PIXELS_JPEG},
};

static int control(const struct video *video, unsigned long request, void *argument)
{
    int r;

    do
        r = ioctl(video->fd, request, argument);
    while (r < 0 && errno == EINTR);
    return r < 0 ? -errno : 0;
}

static int complain(const struct video *video, const char *what, int code)
{
    fprintf(stderr, "camera: %s: %s%s%s\n", video->path, what, code ? ": " : "",
            code ? strerror(-code) : "");
    return -1;
}

static int check_device(const struct video *video)
{
    struct v4l2_capability has = {.capabilities = 0};
    int r = control(video, VIDIOC_QUERYCAP, &has);
    uint32_t flags = has.capabilities & V4L2_CAP_DEVICE_CAPS ? has.device_caps : has.capabilities;

    if (r < 0)
        return complain(video, "this is no V4L2 device", r);
    if (!(flags & V4L2_CAP_VIDEO_CAPTURE) || !(flags & V4L2_CAP_STREAMING))
        return complain(video, "this device captures no video that can be streamed", 0);
    return 0;
}

static int set_format(struct frames *frames, const struct frames_options *options)
{
    struct video *video = frames->video;

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
        struct v4l2_pix_format *pix = &format.fmt.pix;

        pix->width = (uint32_t)options->width;
        pix->height = (uint32_t)options->height;
        pix->pixelformat = formats[i].fourcc;
        pix->field = V4L2_FIELD_NONE;
        if (control(video, VIDIOC_S_FMT, &format) < 0 || pix->pixelformat != formats[i].fourcc ||
            pix->width < 16 || pix->height < 16 || pix->width > 8192 || pix->height > 8192)
            continue;
        video->format = formats[i].format;
        frames->width = (int)pix->width / 2 * 2;
        frames->height = (int)pix->height / 2 * 2;
        video->stride = pix->bytesperline;
        if (video->stride < pixels_stride(video->format, frames->width))
            video->stride = pixels_stride(video->format, frames->width);
        return 0;
    }
    return complain(video, "it gives neither YUYV nor NV12 nor MJPEG", 0);
}

/* A wish: what the camera makes of it shows in the rate. */
static void set_rate(const struct video *video, double fps)
{
    struct v4l2_streamparm parameters = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

    parameters.parm.capture.timeperframe.numerator = 1000;
    parameters.parm.capture.timeperframe.denominator = (uint32_t)(fps * 1000);
    (void)control(video, VIDIOC_S_PARM, &parameters);
}

static struct v4l2_buffer buffer_of(uint32_t index)
{
    return (struct v4l2_buffer){
        .index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
}

static int map_buffer(struct video *video, uint32_t i)
{
    struct v4l2_buffer buffer = buffer_of(i);
    int r = control(video, VIDIOC_QUERYBUF, &buffer);
    void *base;

    if (r < 0)
        return r;
    base = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, video->fd, buffer.m.offset);
    if (base == MAP_FAILED)
        return -errno;
    video->buffers[i].base = base;
    video->buffers[i].size = buffer.length;
    video->n_buffers = i + 1;
    return control(video, VIDIOC_QBUF, &buffer);
}

static int start(struct video *video)
{
    struct v4l2_requestbuffers wanted = {
        .count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    int r = control(video, VIDIOC_REQBUFS, &wanted);

    for (uint32_t i = 0; r == 0 && i < wanted.count && i < BUFFERS; i++)
        r = map_buffer(video, i);
    if (r == 0)
        r = control(video, VIDIOC_STREAMON, &type);
    return r < 0 ? complain(video, "it cannot be started", r) : 0;
}

int video_open(struct frames *frames, const struct frames_options *options)
{
    struct video *video = calloc(1, sizeof(*video));

    if (!video)
        return -1;
    frames->video = video;
    video->path = options->device;
    video->fd = open(options->device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (video->fd < 0) {
        fprintf(stderr,
                "camera: %s: %s: 'ls /dev/video*' shows the cameras there are; --frames replays "
                "files instead\n",
                options->device, strerror(errno));
        return -1;
    }
    frames->fd = video->fd;
    if (check_device(video) < 0 || set_format(frames, options) < 0)
        return -1;
    set_rate(video, options->fps);
    return start(video);
}

void video_close(struct video *video)
{
    if (!video)
        return;
    for (uint32_t i = 0; i < video->n_buffers; i++)
        munmap(video->buffers[i].base, video->buffers[i].size);
    if (video->fd >= 0)
        close(video->fd);
    free(video);
}

static int convert(const struct frames *frames, const struct v4l2_buffer *buffer,
                   struct picture *to)
{
    const struct video *video = frames->video;
    const uint8_t *bytes = video->buffers[buffer->index].base;
    size_t wants = pixels_size(video->format, frames->width, frames->height, video->stride);

    if (video->format == PIXELS_JPEG)
        return picture_decode(bytes, buffer->bytesused, video->path, to);
    if (wants > video->buffers[buffer->index].size)
        return complain(video, "its buffers are smaller than its frames", 0);
    *to = (struct picture){frames->width, frames->height,
                           malloc((size_t)frames->width * (size_t)frames->height * 3)};
    if (!to->rgb)
        return complain(video, "a frame is too large for memory", 0);
    pixels_to_rgb(video->format, bytes, frames->width, frames->height, video->stride, to->rgb);
    return 0;
}

/* The newest buffer that is filled; those before it go back to the camera. */
static int take_newest(struct frames *frames, struct v4l2_buffer *ret)
{
    const struct video *video = frames->video;
    int taken = 0, r;

    for (;;) {
        struct v4l2_buffer buffer = buffer_of(0);

        r = control(video, VIDIOC_DQBUF, &buffer);
        if (r == -EAGAIN)
            return taken;
        if (r < 0 || buffer.index >= video->n_buffers)
            return complain(video, "it gives no frames any more", r);
        if (taken) {
            frames->n_skipped++;
            (void)control(video, VIDIOC_QBUF, ret);
        }
        taken = 1;
        *ret = buffer;
    }
}

int video_next(struct frames *frames, struct picture *to)
{
    struct v4l2_buffer buffer;
    int r = take_newest(frames, &buffer), back;

    if (r <= 0)
        return r;
    if (buffer.flags & V4L2_BUF_FLAG_ERROR) {
        r = 0; /* damaged on its way: the next will do */
        frames->n_skipped++;
    } else {
        r = convert(frames, &buffer, to) < 0 ? -1 : 1;
    }
    back = control(frames->video, VIDIOC_QBUF, &buffer);
    if (r == 1 && back < 0)
        picture_done(to);
    return back < 0 ? complain(frames->video, "it does not take its buffer back", back) : r;
}
