// Memory for arrays that are made once and used for every batch.

#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tunewright {

// Of this size on, memory lies in pages of 2 MiB where the system has them: it is gone through once a batch, and the
// processor's table of small pages holds less than that.
constexpr size_t LARGE = size_t(1) << 18, LARGE_PAGE = size_t(1) << 21;

template <class Whole>
inline Whole rounded_up(Whole value, std::common_type_t<Whole> step) {
  return (value + step - 1) / step * step;
}

inline void* allocate(size_t bytes) {
#if defined(_WIN32)
  return _aligned_malloc(bytes, 64);
#elif defined(__linux__)
  if (bytes < LARGE) return std::aligned_alloc(64, rounded_up(bytes, 64));
  const size_t whole = rounded_up(bytes, LARGE_PAGE);
  void* at = std::aligned_alloc(LARGE_PAGE, whole);
  if (at) madvise(at, whole, MADV_HUGEPAGE);  // a wish
  return at;
#else
  return std::aligned_alloc(64, rounded_up(bytes, 64));
#endif
}

// Zeros at first, on a boundary that any vector may begin at.
template <class T>
class Array {
 public:
  Array() = default;
  explicit Array(int64_t size) : size_(size) {
    const size_t bytes = static_cast<size_t>(size) * sizeof(T) + 64;
    at_ = static_cast<T*>(allocate(bytes));
    if (!at_) throw std::bad_alloc();
    std::memset(static_cast<void*>(at_), 0, bytes);
  }
  ~Array() {
#ifdef _WIN32
    _aligned_free(at_);
#else
    std::free(at_);
#endif
  }
  Array(Array&& other) noexcept : at_(other.at_), size_(other.size_) { other.at_ = nullptr; }
  Array& operator=(Array&& other) noexcept {
    T* at = at_;
    const int64_t size = size_;
    at_ = other.at_, size_ = other.size_;
    other.at_ = at, other.size_ = size;
    return *this;
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  T* operator+(int64_t index) { return at_ + index; }
  const T* operator+(int64_t index) const { return at_ + index; }
  T& operator[](int64_t index) { return at_[index]; }
  int64_t size() const { return size_; }

 private:
  T* at_ = nullptr;
  int64_t size_ = 0;
};

}  // namespace tunewright
