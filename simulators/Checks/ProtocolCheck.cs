using System.Globalization;
using System.Text;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Checks;

/// <summary>Holds what a device says against the rules of its protocol, and says what a host has to say. A fold over reads and times: no clock, no port.</summary>
/// <remarks>It reads the bytes by itself: neither the simulators' encoders nor the service's codecs are used, so that a device that passes agrees with the document and not with
/// our code. A rule that is broken is counted and the reading goes on behind it, so that one mistake breaks one rule.</remarks>
public abstract class ProtocolCheck
{
    private const int EvidenceKept = 3;
    private const int EvidenceBytes = 64;

    private readonly Dictionary<string, Tally> tallies = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Action, (long AtNs, int Order)> later = new();
    private readonly Dictionary<string, long> expected = new(StringComparer.Ordinal);
    private readonly Queue<byte[]> toSend = new();
    private readonly List<byte> pending = [];
    private int scheduled;

    /// <param name="name">The protocol.</param>
    /// <param name="page">Our page of it.</param>
    /// <param name="rules">Word, sentence, document, and how sure.</param>
    protected ProtocolCheck(string name, string page, params ReadOnlySpan<(string Word, string Sentence, string Source, char Sure)> rules)
    {
        Name = name;
        foreach ((string word, string sentence, string source, char sure) in rules)
        {
            tallies.Add(word, new Tally(new CheckRule($"{name}.{word}", sentence, $"{source} (docs/devices/{page}.md)", sure)));
        }
    }

    public string Name { get; }

    public IReadOnlyList<CheckRule> Rules => [.. tallies.Values.Select(t => t.Rule)];

    public IReadOnlyList<CheckFinding> Findings => [.. tallies.Values.Select(t => new CheckFinding(t.Rule, t.Occasions, t.Broken, t.Evidence))];

    /// <summary>Bytes heard.</summary>
    public long Bytes { get; private set; }

    /// <summary>When <see cref="Wake"/> is due; null when it is not.</summary>
    public long? NextAtNs => later.TryPeek(out _, out (long AtNs, int Order) key) ? key.AtNs : null;

    /// <summary>Now, since the check began.</summary>
    protected long NowNs { get; private set; }

    /// <summary>What has been heard and not read.</summary>
    protected IReadOnlyList<byte> Pending => pending;

    /// <summary>The line is open.</summary>
    public void Begin() => Started();

    /// <summary>Seconds before the end at which <see cref="WindUp"/> is to be called.</summary>
    public virtual double WindUpSeconds => 0;

    /// <summary>The end is near: says good-bye where the protocol has one.</summary>
    public void WindUp(long atNs)
    {
        Wake(atNs);
        Leave();
    }

    /// <summary>Bytes of the device.</summary>
    public void Hear(long atNs, ReadOnlySpan<byte> bytes)
    {
        NowNs = atNs;
        Bytes += bytes.Length;
        pending.AddRange(bytes);
        while (pending.Count > 0 && Read())
        {
        }
    }

    /// <summary>Does what is due.</summary>
    public void Wake(long atNs)
    {
        while (NextAtNs <= atNs)
        {
            NowNs = NextAtNs.Value;
            later.Dequeue()();
        }

        NowNs = atNs;
    }

    /// <summary>Nothing more comes: judges what needs the whole run.</summary>
    public void End(long atNs)
    {
        NowNs = atNs;
        Ended();
    }

    /// <summary>What the host is to say now; null when nothing.</summary>
    public byte[]? NextToSend() => toSend.TryDequeue(out byte[]? said) ? said : null;

    /// <summary>Plans what the host says.</summary>
    protected virtual void Started()
    {
    }

    /// <summary>Reads one thing off <see cref="Pending"/>.</summary>
    /// <returns>False when more bytes are needed.</returns>
    protected abstract bool Read();

    /// <summary>What the host says before it goes.</summary>
    protected virtual void Leave()
    {
    }

    protected virtual void Ended()
    {
    }

    /// <summary>Looks at a rule once.</summary>
    /// <param name="bytes">Where the evidence is; its first byte is the first of <see cref="Pending"/>.</param>
    protected void Holds(string rule, bool holds, ReadOnlySpan<byte> bytes, string saying)
    {
        Tally tally = tallies[rule];
        tally.Occasions++;
        if (holds)
        {
            return;
        }

        tally.Broken++;
        if (tally.Evidence.Count < EvidenceKept)
        {
            tally.Evidence.Add(new CheckEvidence(NowNs, Bytes - pending.Count, bytes[..Math.Min(bytes.Length, EvidenceBytes)].ToArray(), saying));
        }
    }

    /// <summary>True when the rule has been looked at.</summary>
    protected bool Seen(string rule) => tallies[rule].Occasions > 0;

    protected byte[] Front(int count) => [.. pending.Take(count)];

    protected void Take(int count) => pending.RemoveRange(0, Math.Min(count, pending.Count));

    protected void Say(params ReadOnlySpan<byte> bytes) => toSend.Enqueue(bytes.ToArray());

    protected void Say(string text) => toSend.Enqueue(Encoding.ASCII.GetBytes(text));

    protected void After(double seconds, Action action) => later.Enqueue(action, (NowNs + Nanoseconds.FromSeconds(seconds), scheduled++));

    /// <summary>An answer must come before the time is over; <see cref="Met"/> says that it has.</summary>
    protected void Expect(string rule, double seconds)
    {
        long token = scheduled;
        expected[rule] = token;
        After(seconds, () =>
        {
            if (expected.TryGetValue(rule, out long waiting) && waiting == token)
            {
                expected.Remove(rule);
                Holds(rule, holds: false, [], string.Create(CultureInfo.InvariantCulture, $"nothing of the kind came within {seconds} s"));
            }
        });
    }

    /// <summary>True when this was waited for.</summary>
    protected bool Met(string rule)
    {
        bool waited = expected.Remove(rule);
        if (waited)
        {
            Holds(rule, holds: true, [], "");
        }

        return waited;
    }

    protected bool IsExpected(string rule) => expected.ContainsKey(rule);

    /// <summary>Judges how often something came.</summary>
    protected void Judge(string rule, Pace pace, double perSecond, double tolerance)
    {
        if (pace.PerSecond is { } found)
        {
            Holds(rule, Math.Abs(found - perSecond) <= tolerance, [], string.Create(CultureInfo.InvariantCulture, $"{found:F2} a second, not {perSecond} ± {tolerance}"));
        }
    }

    /// <summary>Numbers for people.</summary>
    protected static string Hex(ReadOnlySpan<byte> bytes) => string.Join(' ', Convert.ToHexString(bytes).Chunk(2).Select(c => new string(c)));

    /// <summary>How often something comes, from when it came.</summary>
    protected sealed class Pace
    {
        private const double LeastSeconds = 3;

        private long firstNs;
        private long lastNs;
        private long count;

        /// <summary>Null until it has come for three seconds.</summary>
        public double? PerSecond => count > 2 && Nanoseconds.ToSeconds(lastNs - firstNs) >= LeastSeconds ? (count - 1) / Nanoseconds.ToSeconds(lastNs - firstNs) : null;

        public void Came(long atNs, int times = 1)
        {
            firstNs = count == 0 ? atNs : firstNs;
            lastNs = atNs;
            count += times;
        }
    }

    private sealed class Tally(CheckRule rule)
    {
        public CheckRule Rule => rule;

        public long Occasions { get; set; }

        public long Broken { get; set; }

        public List<CheckEvidence> Evidence { get; } = [];
    }
}
