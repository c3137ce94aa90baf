#include "client/ctl/top.h"

static void json_devices(struct json *json, const struct picture *picture)
{
    const struct snpe_daemon_stats *stats = picture->now->stats;

    json_list(json, "devices");
    for (uint32_t i = 0; i < stats->n_devices; i++) {
        json_object(json, NULL);
        ctl_json_device(json, stats->devices[i]);
        json_f64(json, "rate", sample_device_rate(picture->before, picture->now, i));
        json_object_end(json);
    }
    json_list_end(json);
}

static void json_networks(struct json *json, const struct snpe_model_info *info)
{
    json_list(json, "networks");
    for (uint32_t i = 0; info && i < info->n_networks; i++) {
        const struct snpe_model_network *network = info->networks[i];

        json_object(json, NULL);
        json_text(json, "runtime", network->runtime);
        json_text(json, "why", network->why);
        json_u64(json, "runs", network->runs);
        json_u64(json, "run_p50_us", network->run_p50_us);
        json_u64(json, "run_p99_us", network->run_p99_us);
        json_object_end(json);
    }
    json_list_end(json);
}

static void json_models(struct json *json, const struct picture *picture)
{
    const struct snpe_models *models = picture->now->models;

    json_list(json, "models");
    for (uint32_t i = 0; i < models->n_models && i < TOP_MODELS; i++) {
        const struct snpe_model *model = models->models[i];

        json_object(json, NULL);
        json_text(json, "name", model->name);
        json_text(json, "state", model->state);
        json_text(json, "runtime", model->runtime);
        json_u64(json, "memory_bytes", model->memory_bytes);
        json_u64(json, "runs", model->runs);
        json_f64(json, "rate", sample_model_rate(picture->before, picture->now, i));
        json_networks(json, picture->now->infos[i]);
        json_object_end(json);
    }
    json_list_end(json);
}

static void json_clients(struct json *json, const struct picture *picture)
{
    const struct snpe_overview *overview = picture->now->overview;

    json_list(json, "sessions");
    for (uint32_t i = 0; i < overview->n_sessions; i++) {
        json_object(json, NULL);
        ctl_json_session(json, overview->sessions[i]);
        json_f64(json, "rate", sample_client_rate(picture->before, picture->now, i));
        json_f64(json, "share", sample_client_share(picture->before, picture->now, i));
        json_object_end(json);
    }
    json_list_end(json);
}

int top_print_json(struct ctl *ctl, const struct picture *picture)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_u64(&json, "now_ns", picture->now->at_ns);
    json_u64(&json, "interval_us", (picture->now->at_ns - picture->before->at_ns) / 1000);
    json_object(&json, "daemon");
    ctl_json_stats(&json, picture->now->stats);
    json_object_end(&json);
    json_devices(&json, picture);
    json_models(&json, picture);
    json_clients(&json, picture);
    ctl_json_jobs(&json, picture->now->overview);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}
