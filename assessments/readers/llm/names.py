"""What each figure of a language model's service is of."""

TOKEN_TIMES = {
    "latency": "whole request, successful ones only",
    "time_to_first_token": "successful requests only",
    "inter_token_latency": "one average per successful request, first token not included",
    "time_per_output_token": "one average per successful request, first token not included",
}
