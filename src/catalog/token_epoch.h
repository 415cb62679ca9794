// The epoch of a user's tokens: tokens name the one they were made in, and those of any other are void (spec auth
// §6.9).

#pragma once
#include "catalog/models/user.h"

namespace kalam::catalog {

// Of a new user: the time, so that tokens of another server or of an earlier life of the name do not fit by chance.
int64_t first_token_epoch(Timestamp created);

// Starts a new epoch: every token that the user has is void.
void void_tokens(User& user, Timestamp now);

}  // namespace kalam::catalog
