using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>Who may write and read which topic, by the common name of the client's certificate. What is not named here is denied.</summary>
/// <remarks>It judges topics of messages, never the text of a subscription: a filter can be spelled in too many ways.
/// The same rules as <c>config/mosquitto/acl.conf</c>.</remarks>
/// <param name="consumers">Names that read results and acknowledge them (the required consumers).</param>
public sealed class BrokerAccess(IEnumerable<string> consumers)
{
    /// <summary>Name of the live page: signals and states, never a result.</summary>
    public const string Monitor = "monitor";

    /// <summary>Name of the audit repository.</summary>
    public const string AuditSink = "audit-sink";

    private readonly HashSet<string> consumers = [.. consumers];

    /// <summary>True when <paramref name="name"/> may publish on <paramref name="topic"/>.</summary>
    public bool MayWrite(string name, string topic) =>
        Split(topic) is { } level && (IsOwnBranch(name, level) || (consumers.Contains(name) && IsConsumersWrite(name, level)));

    /// <summary>True when a message published on <paramref name="topic"/> may be handed to <paramref name="name"/>.</summary>
    public bool MayRead(string name, string topic)
    {
        if (Split(topic) is not { } level)
        {
            return false;
        }

        bool own = level is [_, _, _, _, "cmd" or "ack", _] && level[3] == name;
        bool reply = level is [_, _, _, _, "reply", _] && level[5] == name;
        return own || reply
            || (consumers.Contains(name) && level is ([_, _, _, _, "result" or "event", _] or [_, _, _, _, "state"]))
            || (name == Monitor && level is ([_, _, _, _, "state"] or [_, _, _, _, "dev", _, "state"] or [_, _, _, _, "dev", _, "sig", _]))
            || (name == AuditSink && level is [_, _, _, _, "audit"]);
    }

    /// <summary>True for the only topics whose message may be kept for later subscribers: a kept result would show an old patient's value.</summary>
    public static bool MayRetain(string topic) => Split(topic) is [_, _, _, _, "state"] or [_, _, _, _, "dev", _, "state"];

    private static bool IsOwnBranch(string name, string[] level) =>
        level[3] == name && level is
            [_, _, _, _, "state" or "audit"]
            or [_, _, _, _, "result" or "event" or "reply", _]
            or [_, _, _, _, "dev", _, "state"]
            or [_, _, _, _, "dev", _, "sig", _];

    private static bool IsConsumersWrite(string name, string[] level) =>
        level is [_, _, _, _, "cmd", "resend" or "ping"] || (level is [_, _, _, _, "ack", _] && level[5] == name);

    /// <summary>The levels of <c>vascular/v1/{site}/{gateway}/…</c>, or null for any other topic or a level outside the alphabet.</summary>
    private static string[]? Split(string? topic)
    {
        string[] level = topic is { Length: <= 256 } ? topic.Split('/') : [];
        return level.Length is >= 5 and <= 8 && level[0] == "vascular" && level[1] == "v1" && level.All(CertificatePolicy.IsName) ? level : null;
    }
}
