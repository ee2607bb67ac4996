// Memory for arrays that are made once and used for every batch.

#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace tunewright {

// Zeros at first, on a boundary that any vector may begin at.
template <class T>
class Array {
 public:
  Array() = default;
  explicit Array(int64_t size) : size_(size) {
    const size_t bytes = (static_cast<size_t>(size) * sizeof(T) + 63) / 64 * 64 + 64;
#ifdef _WIN32
    at_ = static_cast<T*>(_aligned_malloc(bytes, 64));
#else
    at_ = static_cast<T*>(std::aligned_alloc(64, bytes));
#endif
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

inline int64_t rounded_up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

}  // namespace tunewright
