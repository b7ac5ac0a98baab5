// Put by the compiler's -include in front of the files that the plain and the relaxed builds share.
// A file that wants to know belongs into variant_sources of core.cmake.
#pragma GCC poison FILIGREE_RELAXED
