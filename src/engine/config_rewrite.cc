#include "src/engine/config_rewrite.h"

#include <algorithm>
#include <vector>

#include "src/base/text.h"
#include "src/engine/config_reader.h"
#include "src/engine/directive.h"

namespace kvasir {
namespace {

constexpr std::string_view kMarker = "# Added by CONFIG REWRITE";

struct Line {
  std::string_view text;
  std::vector<std::string> words;  // none when it says nothing about a known directive
  const Directive* directive = nullptr;
};

std::vector<Line> SplitLines(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    Line line{text.substr(0, end), {}, nullptr};
    Result<std::vector<std::string>> words = SplitConfigLine(line.text);
    if (words && !words->empty()) {
      line.words = std::move(*words);
      line.directive = FindDirective(line.words[0]);
    }
    lines.push_back(std::move(line));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

// What the old lines say by themselves. A line that does not load counts as saying nothing.
Settings ReadLines(const std::vector<Line>& lines) {
  ConfigReader reader;
  for (const Line& line : lines) {
    if (line.directive == nullptr) continue;
    const Settings before = reader.loaded().settings;
    if (!reader.ReadWords(line.words, "")) reader.loaded().settings = before;
  }
  return reader.loaded().settings;
}

bool NeedsQuotes(std::string_view word) {
  return word.empty() || std::any_of(word.begin(), word.end(), [](char c) {
           return c <= ' ' || c >= 127 || c == '"' || c == '\'' || c == '\\' || c == '#';
         });
}

// Words that are lines of their own hold neither spaces nor quotes.
std::string WriteLines(std::string_view name, std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const size_t end = value.find('\n');
    if (!text.empty()) text += '\n';
    ((text += name) += ' ') += value.substr(0, end);
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
  }
  return text;
}

std::string WriteDirective(const Directive& directive, std::string_view name,
                           const Settings& settings) {
  const std::string value = FormatDirective(directive, settings);
  if (directive.Has(kLines)) return WriteLines(name, value);
  std::string line(name);
  std::vector<std::string> words = SplitDirectiveValue(directive, value);
  // The empty value of several words is a single "", since no word at all reads like a slip.
  if (words.empty()) words.emplace_back();
  for (const std::string& word : words) line += ' ' + (NeedsQuotes(word) ? QuoteBytes(word) : word);
  return line;
}

class Rewriter {
 public:
  Rewriter(std::string_view old_text, const Settings& settings)
      : lines_(SplitLines(old_text)), old_(ReadLines(lines_)), new_(settings) {}

  std::string Run() {
    for (const Line& line : lines_) RewriteLine(line);
    for (const Directive& directive : AllDirectives()) AppendIfNew(directive);
    return std::move(text_);
  }

 private:
  bool Changed(const Directive& directive, const Settings& from) const {
    return FormatDirective(directive, from) != FormatDirective(directive, new_);
  }

  bool WasWritten(const Directive& directive) const {
    return std::find(written_.begin(), written_.end(), &directive) != written_.end();
  }

  void RewriteLine(const Line& line) {
    if (line.text == kMarker) has_marker_ = true;
    if (line.directive == nullptr || !Changed(*line.directive, old_)) {
      Add(line.text);
    } else if (!WasWritten(*line.directive)) {
      const std::string text = WriteDirective(*line.directive, line.words[0], new_);
      if (!text.empty()) Add(text);
    }
    if (line.directive != nullptr) written_.push_back(line.directive);
  }

  void AppendIfNew(const Directive& directive) {
    if (WasWritten(directive) || !Changed(directive, Settings())) return;
    if (!has_marker_) Add(kMarker);
    has_marker_ = true;
    Add(WriteDirective(directive, directive.name, new_));
  }

  void Add(std::string_view line) { (text_ += line) += '\n'; }

  const std::vector<Line> lines_;
  const Settings old_;
  const Settings& new_;
  std::vector<const Directive*> written_;
  std::string text_;
  bool has_marker_ = false;
};

}  // namespace

std::string RewriteConfig(std::string_view old_text, const Settings& settings) {
  return Rewriter(old_text, settings).Run();
}

}  // namespace kvasir
