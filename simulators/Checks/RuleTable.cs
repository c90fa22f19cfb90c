using System.Text;

namespace Vascular.Simulators.Checks;

/// <summary>docs/conformance.md: every rule of every protocol with its source. Written by <c>simulate check --rules</c>; a test holds the page against it.</summary>
public static class RuleTable
{
    public static string Write()
    {
        StringBuilder page = new();
        page.Append(
            """
            # Conformance rules

            `simulate check PROTOCOL (--pty LINK | --tcp HOST:PORT | --udp HOST:PORT | --mllp PORT) [--seconds N] [--json]` holds a device, or somebody's simulator, against
            the rules below and prints for each rule pass, FAIL, warn or unseen, and for a broken one its sentence, its source and the bytes that broke it, with offset and time.
            Exit 0: no binding rule is broken; 1: one is; 2: it could not be checked. The checker reads the bytes by itself, without the service's codecs and without the
            simulators' encoders. For each rule a test has a simulator that is wrong in that one thing, and it breaks that rule and no other;
            IntelliVue's on RS-232 and on UDP.

            Sure: A the manufacturer's document or the authoritative source, B independent implementations agree, C one source, D our assumption, U unknown. A broken rule
            of D or U is a warning: nobody has proven it. `unseen` says that nothing happened that the rule is about, for instance no sensor was taken off.
            `par` never inflates a cuff unless `--inflate` is given.

            This page is written by `simulate check --rules`.

            """);
        foreach (string name in ProtocolChecks.Names)
        {
            page.Append($"\n## {name}\n\n| rule | what must hold | source | sure |\n| --- | --- | --- | --- |\n");
            foreach (CheckRule rule in ProtocolChecks.RulesOf(name))
            {
                page.Append($"| {rule.Id} | {rule.Sentence.Replace("|", "\\|", StringComparison.Ordinal)} | {rule.Source} | {rule.Sure} |\n");
            }
        }

        return page.ToString();
    }
}
