using System.Globalization;
using System.Text.Json;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Checks;

/// <summary>What a check found, for people and for programs.</summary>
public static class CheckReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line a rule; below a broken one what it says, where it is from, and the bytes that broke it.</summary>
    public static void Write(ProtocolCheck check, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(output);
        IReadOnlyList<CheckFinding> findings = check.Findings;
        foreach (CheckFinding finding in findings)
        {
            string times = finding.Broken > 0 ? $"{finding.Broken} of {finding.Occasions}" : finding.Occasions > 0 ? $"{finding.Occasions}" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Word(finding.Verdict),-7} {finding.Rule.Id,-36} {times}").TrimEnd());
            if (finding.Broken == 0)
            {
                continue;
            }

            output.WriteLine($"        {finding.Rule.Sentence}");
            output.WriteLine($"        {finding.Rule.Source}, sure {finding.Rule.Sure}");
            foreach (CheckEvidence evidence in finding.Evidence)
            {
                string bytes = evidence.Bytes.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", byte {evidence.Offset}: {Hex(evidence.Bytes)}");
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"        at {Nanoseconds.ToSeconds(evidence.AtNs):F3} s{bytes}: {Printable(evidence.Saying)}"));
            }
        }

        output.WriteLine(string.Join(", ", Enum.GetValues<CheckVerdict>().Reverse().Select(v => $"{findings.Count(f => f.Verdict == v)} {Word(v)}")) + $" ({check.Bytes} bytes heard)");
    }

    public static string ToJson(ProtocolCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return JsonSerializer.Serialize(
            new
            {
                protocol = check.Name,
                passed = Passes(check),
                bytes = check.Bytes,
                rules = check.Findings.Select(f => new
                {
                    rule = f.Rule.Id,
                    verdict = Word(f.Verdict),
                    sentence = f.Rule.Sentence,
                    source = f.Rule.Source,
                    sure = f.Rule.Sure.ToString(),
                    occasions = f.Occasions,
                    broken = f.Broken,
                    evidence = f.Evidence.Select(e => new { at_s = Nanoseconds.ToSeconds(e.AtNs), offset = e.Offset, bytes = Hex(e.Bytes), saying = Printable(e.Saying) }),
                }),
            },
            Indented);
    }

    /// <summary>True when no rule that binds is broken, and something was heard.</summary>
    public static bool Passes(ProtocolCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check.Bytes > 0 && check.Findings.All(f => f.Verdict != CheckVerdict.Failed);
    }

    internal static string Word(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Failed => "FAIL",
        CheckVerdict.Warned => "warn",
        CheckVerdict.Passed => "pass",
        _ => "unseen",
    };

    private static string Hex(byte[] bytes) => string.Join(' ', bytes.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '.' : c));
}
