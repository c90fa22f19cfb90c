namespace Vascular.Simulators.Checks;

/// <summary>One thing a protocol demands of a device.</summary>
/// <param name="Id">Protocol, dot, word: the same in every report.</param>
/// <param name="Sentence">What must hold, for people.</param>
/// <param name="Source">Document, and our page of it.</param>
/// <param name="Sure">A the manufacturer's document or the authoritative source, B independent implementations agree, C one source, D our assumption, U unknown.</param>
public sealed record CheckRule(string Id, string Sentence, string Source, char Sure)
{
    /// <summary>Whether breaking it fails the device; what only we assume is reported and fails nothing.</summary>
    public bool Binds => Sure is 'A' or 'B' or 'C';
}

/// <summary>Bytes that broke a rule.</summary>
/// <param name="AtNs">When they had arrived, since the check began.</param>
/// <param name="Offset">Of the first of them, in all bytes heard.</param>
/// <param name="Saying">What is wrong with them.</param>
public sealed record CheckEvidence(long AtNs, long Offset, byte[] Bytes, string Saying);

public enum CheckVerdict
{
    /// <summary>Nothing happened that the rule is about.</summary>
    Unseen,
    Passed,

    /// <summary>Broken, but nobody has proven the rule.</summary>
    Warned,
    Failed,
}

/// <summary>What became of one rule.</summary>
/// <param name="Occasions">How often it was looked at.</param>
/// <param name="Broken">How often it was broken.</param>
/// <param name="Evidence">The first of them.</param>
public sealed record CheckFinding(CheckRule Rule, long Occasions, long Broken, IReadOnlyList<CheckEvidence> Evidence)
{
    public CheckVerdict Verdict => Broken > 0 ? Rule.Binds ? CheckVerdict.Failed : CheckVerdict.Warned : Occasions > 0 ? CheckVerdict.Passed : CheckVerdict.Unseen;
}
