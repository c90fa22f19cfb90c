using Vascular.Acquisition.Capture;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What the acts owe the chart, in order, each with the chain value of the sync that covers it. Live and after a recovery it is the same work.</summary>
internal sealed class ChartWork
{
    private readonly List<(ActEffect Effect, bool IsEnd)> _owed = [];
    private readonly List<ActEffect> _uncovered = [];
    private ActEffect? _end;
    private ReadOnlyMemory<byte> _seal;

    /// <summary>Takes note of the act the fold has just applied; it waits until it is covered.</summary>
    public void Owe(ExaminationFold fold, in TapeRecord record)
    {
        AcceptanceLedger acceptance = fold.Acceptance;
        NumberedAct act = fold.Acts.All[^1];
        var effect = new ActEffect(act, fold.Anchor?.UtcOf(act.AtNs) ?? 0, acceptance.Accepted, acceptance.Withdrawn, record.Payload.ToArray())
        {
            Binding = fold.Acts.Binding,
            Acceptors = acceptance.Accepted.ToDictionary(f => f.Id, f => fold.Acts.Accepted[new AcceptedVersion(f.Id, f.Version)].User),
            Sendings = acceptance.Sendings,
            Basis = acceptance.Sendings.Count > 0 ? ReportOf.Basis(fold) : null,
        };
        _uncovered.Add(effect);
        _end = act.Act is Act.End ? effect : _end;
    }

    /// <summary>The tape is synced up to here.</summary>
    public void Covered(ReadOnlyMemory<byte> chain)
    {
        _owed.AddRange(_uncovered.Select(e => (e with { Recording = chain }, false)));
        _uncovered.Clear();
    }

    /// <summary>The tape's end is sealed. After a correction it is sealed again, and nothing more is owed for the end.</summary>
    public void Ended(ReadOnlyMemory<byte> chain)
    {
        if (_end is { } end)
        {
            _owed.Add((end with { Recording = chain }, true));
            _end = null;
        }
    }

    /// <summary>Takes note of a record read back, after the fold has: acts, and the syncs and seals that cover them.</summary>
    public void Read(ExaminationFold fold, in TapeRecord record)
    {
        switch (record.Type)
        {
            case TapeRecordType.Act:
                Owe(fold, record);
                break;
            case TapeRecordType.Chain:
                Covered(record.Payload.ToArray());
                break;
            case TapeRecordType.Seal when TapeSeal.Kept(fold.Examination, 1, record.Payload.Span) is { } seal:
                _seal = seal.Chain;
                if (seal.End)
                {
                    Covered(_seal);
                    Ended(_seal);
                }

                break;
            case TapeRecordType.Resume:
                // cut off before the sync: what is left of the segment is covered by the seal its recovery gave it
                Covered(_seal);
                break;
        }
    }

    /// <summary>Does what is covered.</summary>
    public void Do(IChart chart)
    {
        (ActEffect Effect, bool IsEnd)[] owed = [.. _owed];
        _owed.Clear();
        foreach ((ActEffect effect, bool isEnd) in owed)
        {
            if (isEnd)
            {
                chart.Ended(effect);
            }
            else
            {
                chart.Commit(effect);
            }
        }
    }
}
