// Gives standard.h, the precompiled header of all modules, a target to belong to (modules.cmake).

namespace kalam {}
