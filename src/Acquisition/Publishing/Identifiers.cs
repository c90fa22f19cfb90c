using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing;

/// <summary>How every identifier that leaves the station is made: from names and given bytes, never from a hidden generator, so that a replay makes the same.</summary>
/// <remarks>Layouts: RFC 9562, sections 5.5 and 5.7.</remarks>
public static class Identifiers
{
    /// <summary>Bytes of randomness a version 7 identifier takes.</summary>
    public const int RandomBytes = 10;

    /// <summary>Version 5: the SHA-1 of a namespace and a name. The same two always give the same identifier.</summary>
    /// <param name="name">Taken as UTF-8.</param>
    public static Guid Version5(Guid space, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        byte[] input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // the RFC names SHA-1 for version 5; it names things here and protects nothing
        SHA1.HashData(input, digest);
#pragma warning restore CA5350
        return Stamped(digest[..16], version: 5);
    }

    /// <summary>Version 7: milliseconds since 1970, then randomness that is handed in (a seeded generator's in simulated runs). Sorts by time.</summary>
    /// <param name="random">Exactly <see cref="RandomBytes"/> bytes; 74 of their bits are used.</param>
    /// <exception cref="ArgumentException">The number of bytes is another, or the time is before 1970.</exception>
    public static Guid Version7(DateTimeOffset time, ReadOnlySpan<byte> random)
    {
        long milliseconds = time.ToUnixTimeMilliseconds();
        if (random.Length != RandomBytes)
        {
            throw new ArgumentException($"A version 7 identifier takes {RandomBytes} bytes, not {random.Length}.", nameof(random));
        }

        if (milliseconds < 0)
        {
            throw new ArgumentException("A version 7 identifier counts from 1970.", nameof(time));
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        random.CopyTo(bytes[6..]);
        return Stamped(bytes, version: 7);
    }

    /// <summary>Identifier of a finding: version 5 of <c>binding/step/attempt/measure/site</c> in the examination's namespace.</summary>
    /// <param name="binding">From 1; rises when the examination moves to another patient.</param>
    /// <param name="step">Key of the protocol step, or <c>derived</c> (then attempt 1).</param>
    public static Guid Finding(Guid examination, int binding, string step, int attempt, string measure, Site site) =>
        Version5(examination, FindingName(binding, step, attempt, measure, site));

    /// <summary>The name <see cref="Finding"/> hashes, for instance <c>1/toe.right/1/toe-sys/R.TOE</c>.</summary>
    public static string FindingName(int binding, string step, int attempt, string measure, Site site) =>
        $"{binding}/{step}/{attempt}/{measure}/{site.Code}";

    /// <summary>The binding in a finding's name.</summary>
    public static int BindingOf(string findingName)
    {
        ArgumentNullException.ThrowIfNull(findingName);
        return int.Parse(findingName.AsSpan(0, findingName.IndexOf('/', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Identifier of the evidence sheet of a limb.</summary>
    /// <param name="limb"><c>right</c> or <c>left</c>.</param>
    public static Guid Evidence(Guid examination, int binding, string limb) => Version5(examination, string.Create(CultureInfo.InvariantCulture, $"{binding}/pdva-evidence/{limb}"));

    /// <summary>CloudEvent id of the bundle an act makes for a binding: new for each bundle, and the same when its commit is done again after a crash.</summary>
    public static Guid Bundle(Guid examination, int act, int binding) => Version5(examination, string.Create(CultureInfo.InvariantCulture, $"bundle/{act}/{binding}"));

    private static Guid Stamped(Span<byte> bytes, int version)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
