#include "files/media_type.h"

#include <gtest/gtest.h>

namespace kalam::files {
namespace {

TEST(MediaType, BytesSayMoreThanNames) {
  struct Case {
    std::string_view bytes;
    std::string_view name;
    std::string_view expected;
  };
  const Case cases[] = {
      {"\x89PNG\r\n\x1a\n", "x.txt", "image/png"},
      {"\xff\xd8\xff\xe0", "x", "image/jpeg"},
      {"GIF89a", "x", "image/gif"},
      {"%PDF-1.4", "x", "application/pdf"},
      {"PK\x03\x04", "x", "application/zip"},
      {"RIFF1234WEBPVP8", "x", "image/webp"},
      {"RIFF1234WAVE", "x.wav", "audio/wav"},
      {"plain", "note.TXT", "text/plain"},
      {"x", "A_b-C  d!!.TAR.GZ", "application/gzip"},
      {"x", "noextension", kUnknownMediaType},
      {"x", "x.unheardof", kUnknownMediaType},
      {"", "", kUnknownMediaType},
      {"x", ".7z", "application/x-7z-compressed"},
      {"x", "last.zip", "application/zip"},
  };
  for (const auto& [bytes, name, expected] : cases) EXPECT_EQ(guess_media_type(bytes, name), expected) << name;
}

TEST(MediaType, WhatABrowserWouldRunIsDownloaded) {
  for (const auto* name : {"a.png", "a.jpg", "a.pdf", "a.txt", "a.mp4", "a.mp3", "a.json", "a.csv"}) {
    EXPECT_TRUE(is_shown_inline(media_type_of_name(name))) << name;
  }
  for (const auto* name :
       {"a.html", "a.htm", "a.xhtml", "a.svg", "a.xml", "a.js", "a.mjs", "a.css", "a.wasm", "a", "a.zip"}) {
    EXPECT_FALSE(is_shown_inline(media_type_of_name(name))) << name;
  }
}

}  // namespace
}  // namespace kalam::files
