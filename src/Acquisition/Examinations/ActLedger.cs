namespace Vascular.Acquisition.Examinations;

/// <summary>The acts of an examination and which of them stand. An undone act has no effect from the undo on; an undo can be undone.</summary>
public sealed class ActLedger
{
    private readonly List<NumberedAct> _acts = [];
    private readonly List<double?> _speeds = [];
    private readonly HashSet<int> _undone = [];
    private readonly Dictionary<AcceptedVersion, AcceptedVersion> _carried = [];
    private Dictionary<AcceptedVersion, NumberedAct> _accepted = [];

    public IReadOnlyList<NumberedAct> All => _acts;

    public int NextNumber => _acts.Count + 1;

    /// <summary>Number of the patient binding, from 1; 0 before a patient is named.</summary>
    public int Binding { get; private set; }

    public Act.Patient? Patient { get; private set; }

    /// <summary>The acts that named the patient, one for each binding.</summary>
    public IReadOnlyList<NumberedAct> Patients => _acts.FindAll(a => a.Act is Act.Patient);

    /// <summary>Findings accepted by an act that stands, with that act.</summary>
    public IReadOnlyDictionary<AcceptedVersion, NumberedAct> Accepted => _accepted;

    public IEnumerable<NumberedAct> Standing => _acts.Where(a => !_undone.Contains(a.Number));

    public bool Stands(int number) => number >= 1 && number <= _acts.Count && !_undone.Contains(number);

    public NumberedAct? LastStanding(Predicate<Act> which)
    {
        for (int i = _acts.Count - 1; i >= 0; i--)
        {
            if (!_undone.Contains(_acts[i].Number) && which(_acts[i].Act))
            {
                return _acts[i];
            }
        }

        return null;
    }

    /// <summary>Speed of simulated time when the act was done; 1 in real time, null when it was not paced at all.</summary>
    public double? SpeedAt(NumberedAct act) => _speeds[_acts.IndexOf(act)];

    /// <exception cref="FormatException">The number is not the next one: the tape's acts are numbered without gaps.</exception>
    public void Add(NumberedAct act, double? speed)
    {
        ArgumentNullException.ThrowIfNull(act);
        if (act.Number != NextNumber)
        {
            throw new FormatException($"Act {act.Number} stands where act {NextNumber} was expected.");
        }

        _acts.Add(act);
        _speeds.Add(speed);
        if (act.Act is Act.Patient patient)
        {
            Binding++;
            Patient = patient;
        }

        Judge();
    }

    /// <summary>A finding goes on as another version, bit for bit the same, or under the next binding; and with it every acceptance of it:
    /// an undo was undone, or the person corrected the patient, not the measurement.</summary>
    public void Carry(AcceptedVersion from, AcceptedVersion to)
    {
        _carried[from] = to;
        Judge();
    }

    /// <summary>The newest act that accepted a finding, whether it stands or was undone; null when none did.</summary>
    public NumberedAct? AcceptOf(Guid finding) =>
        _acts.FindLast(a => a.Act is Act.Accept accept && accept.Findings.Any(f => Names(f).Any(n => n.Id == finding)));

    /// <summary>What an accepted finding was called when it was accepted, and each time after.</summary>
    private IEnumerable<AcceptedVersion> Names(AcceptedVersion accepted)
    {
        yield return accepted;
        while (_carried.TryGetValue(accepted, out accepted))
        {
            yield return accepted;
        }
    }

    private void Judge()
    {
        _undone.Clear();
        for (int i = _acts.Count - 1; i >= 0; i--)
        {
            if (_acts[i].Act is Act.Undo undo && !_undone.Contains(_acts[i].Number))
            {
                _undone.Add(undo.Number);
            }
        }

        _accepted = [];
        foreach (NumberedAct act in Standing)
        {
            if (act.Act is Act.Accept accept)
            {
                foreach (AcceptedVersion finding in accept.Findings)
                {
                    _accepted[Names(finding).Last()] = act;
                }
            }
        }
    }
}
