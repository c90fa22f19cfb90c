using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What the operator heard when marking.</summary>
public enum Sound
{
    /// <summary>Flow came back: this is the end point.</summary>
    Returned,

    /// <summary>Flow is still heard at the cuff's limit: the artery does not close.</summary>
    StillHeard,

    /// <summary>No flow signal was found with the cuff empty.</summary>
    NoSignal,
}

/// <summary>A finding as the operator saw it when accepting.</summary>
public readonly record struct AcceptedVersion(Guid Id, int Version);

/// <summary>What a person did. Numbered on the tape; the database and every result can name the act it rests on.</summary>
public abstract record Act
{
    private Act()
    {
    }

    /// <summary>The patient of the examination. A second one corrects the first and starts the next binding: findings and report get new identifiers.</summary>
    public sealed record Patient(string System, string Value, string? Gender, string? PlacerSystem, string? Placer, string? AccessionSystem, string? Accession, string? Reason) : Act;

    /// <summary>A channel is now on a site. <paramref name="Identity"/> is the device's (or, where none is readable, its path), as the line opened with it.</summary>
    public sealed record Bind(string Link, Site Site, string Identity) : Act;

    /// <param name="Further">A further reading of the same artery, beside those that count; false: whatever the step had counts no longer.</param>
    public sealed record Start(string Step, bool Further = false) : Act;

    public sealed record Stop(string Step) : Act;

    /// <summary>An end point heard. <paramref name="MarkedAtNs"/> is when it was heard, the record's AtNs when it was told.</summary>
    /// <param name="UncertaintyNs">Half the round trip of the clock it was stamped with.</param>
    public sealed record Mark(Sound Sound, long MarkedAtNs, long UncertaintyNs) : Act;

    /// <summary>The operator moves the end point of a step's last attempt to another instant.</summary>
    public sealed record MoveEndPoint(string Step, long EndPointAtNs) : Act;

    public sealed record Accept(IReadOnlyList<AcceptedVersion> Findings) : Act;

    /// <summary>The last attempt of the step does not count; the next start is the next attempt.</summary>
    public sealed record Repeat(string Step) : Act;

    public sealed record NotObtainable(string Step, string Reason) : Act;

    public sealed record Amputated(Side Side, string Level) : Act;

    /// <summary>Removes act <paramref name="Number"/> from the fold from here on. An undo can be undone.</summary>
    public sealed record Undo(int Number) : Act;

    public sealed record Comment(string Text) : Act;

    /// <param name="Where"><c>room</c> or <c>toe</c>.</param>
    public sealed record Temperature(string Where, double Celsius) : Act;

    public sealed record CuffSize(Site Site, double WidthCm) : Act;

    /// <summary>What a physician answered for the evidence sheet of a limb. A later answer to the same question takes its place; another patient takes none of them over.</summary>
    public sealed record Evidence(Side Side, EvidenceEntered What) : Act;

    /// <summary>A physician signs the evidence sheet of a limb as it was seen.</summary>
    /// <param name="Version">Of the sheet that was looked at.</param>
    public sealed record SignEvidence(Side Side, int Version) : Act;

    /// <summary>Send now (urgent): what is accepted goes out while the examination goes on.</summary>
    public sealed record Send : Act;

    public sealed record End : Act;

    /// <summary>True for the acts an undo may name. Start and stop are not undone but repeated.</summary>
    public bool CanBeUndone => this is Bind or Mark or MoveEndPoint or Accept or NotObtainable or Amputated or Undo or Comment or Temperature or CuffSize or Evidence or SignEvidence;

    /// <summary>True for what is written beside the examination and moves nothing at the bedside.</summary>
    public bool IsPaperwork => this is Evidence or SignEvidence;

    public string Kind => this switch
    {
        Patient => "patient",
        Bind => "bind",
        Start => "start",
        Stop => "stop",
        Mark => "mark",
        MoveEndPoint => "move_end_point",
        Accept => "accept",
        Repeat => "repeat",
        NotObtainable => "not_obtainable",
        Amputated => "amputated",
        Undo => "undo",
        Comment => "comment",
        Temperature => "temperature",
        CuffSize => "cuff_size",
        Evidence => "evidence",
        SignEvidence => "sign_evidence",
        Send => "send",
        _ => "end",
    };
}

/// <summary>An act as it stands on the tape: numbered from 1, with the person who did it.</summary>
public sealed record NumberedAct(int Number, string User, long AtNs, Act Act);

/// <summary>Acts as JSON: on the tape, in the audit trail and at the station's door.</summary>
public static class ActJson
{
    public static JsonObject Write(int number, string user, Act act)
    {
        ArgumentNullException.ThrowIfNull(act);
        var json = new JsonObject { ["kind"] = act.Kind, ["n"] = number, ["user"] = user };
        switch (act)
        {
            case Act.Patient p:
                json["system"] = p.System;
                json["value"] = p.Value;
                json["gender"] = p.Gender;
                json["placer_system"] = p.PlacerSystem;
                json["placer"] = p.Placer;
                json["accession_system"] = p.AccessionSystem;
                json["accession"] = p.Accession;
                json["reason"] = p.Reason;
                break;
            case Act.Bind b:
                json["link"] = b.Link;
                json["site"] = b.Site.Code;
                json["identity"] = b.Identity;
                break;
            case Act.Start s:
                json["step"] = s.Step;
                if (s.Further)
                {
                    json["further"] = true;
                }

                break;
            case Act.Stop s:
                json["step"] = s.Step;
                break;
            case Act.Mark m:
                json["sound"] = SoundWord(m.Sound);
                json["marked_at_ns"] = m.MarkedAtNs;
                json["uncertainty_ns"] = m.UncertaintyNs;
                break;
            case Act.MoveEndPoint m:
                json["step"] = m.Step;
                json["end_point_at_ns"] = m.EndPointAtNs;
                break;
            case Act.Accept a:
                json["findings"] = new JsonArray([.. a.Findings.Select(f => new JsonObject { ["id"] = f.Id.ToString(), ["version"] = f.Version })]);
                break;
            case Act.Repeat r:
                json["step"] = r.Step;
                break;
            case Act.NotObtainable n:
                json["step"] = n.Step;
                json["reason"] = n.Reason;
                break;
            case Act.Amputated a:
                json["side"] = SideLetter(a.Side);
                json["level"] = a.Level;
                break;
            case Act.Undo u:
                json["number"] = u.Number;
                break;
            case Act.Comment c:
                json["text"] = c.Text;
                break;
            case Act.Temperature t:
                json["where"] = t.Where;
                json["celsius"] = t.Celsius;
                break;
            case Act.CuffSize c:
                json["site"] = c.Site.Code;
                json["width_cm"] = c.WidthCm;
                break;
            case Act.Evidence e:
                json["side"] = SideLetter(e.Side);
                e.What.WriteTo(json);
                break;
            case Act.SignEvidence s:
                json["side"] = SideLetter(s.Side);
                json["version"] = s.Version;
                break;
        }

        return json;
    }

    /// <exception cref="FormatException">The act is not whole; the message names the key.</exception>
    public static (int Number, string User, Act Act) Read(JsonObject json) => (Need<int>(json, "n"), Need<string>(json, "user"), ReadAct(json));

    /// <summary>An act without number and user, as it comes through the station's door.</summary>
    public static Act ReadAct(JsonObject json)
    {
        string kind = Need<string>(json, "kind");
        return kind switch
        {
            "patient" => new Act.Patient(Need<string>(json, "system"), Need<string>(json, "value"), (string?)json["gender"], (string?)json["placer_system"],
                (string?)json["placer"], (string?)json["accession_system"], (string?)json["accession"], (string?)json["reason"]),
            "bind" => new Act.Bind(Need<string>(json, "link"), Site.Parse(Need<string>(json, "site")), Need<string>(json, "identity")),
            "start" => new Act.Start(Need<string>(json, "step"), (bool?)json["further"] ?? false),
            "stop" => new Act.Stop(Need<string>(json, "step")),
            "mark" => new Act.Mark(ParseSound(Need<string>(json, "sound")), Need<long>(json, "marked_at_ns"), (long?)json["uncertainty_ns"] ?? 0),
            "move_end_point" => new Act.MoveEndPoint(Need<string>(json, "step"), Need<long>(json, "end_point_at_ns")),
            "accept" => new Act.Accept([.. (json["findings"] as JsonArray ?? throw Lacks("findings")).OfType<JsonObject>()
                .Select(f => new AcceptedVersion(Guid.Parse(Need<string>(f, "id")), Need<int>(f, "version")))]),
            "repeat" => new Act.Repeat(Need<string>(json, "step")),
            "not_obtainable" => new Act.NotObtainable(Need<string>(json, "step"), Need<string>(json, "reason")),
            "amputated" => new Act.Amputated(ReadSide(json), Need<string>(json, "level")),
            "undo" => new Act.Undo(Need<int>(json, "number")),
            "comment" => new Act.Comment(Need<string>(json, "text")),
            "temperature" => new Act.Temperature(Need<string>(json, "where"), Need<double>(json, "celsius")),
            "cuff_size" => new Act.CuffSize(Site.Parse(Need<string>(json, "site")), Need<double>(json, "width_cm")),
            "evidence" => new Act.Evidence(ReadSide(json), EvidenceEntered.Read(json)),
            "sign_evidence" => new Act.SignEvidence(ReadSide(json), Need<int>(json, "version")),
            "send" => new Act.Send(),
            "end" => new Act.End(),
            _ => throw new FormatException($"'{kind}' is not an act."),
        };
    }

    private static string SideLetter(Side side) => side == Side.Right ? "R" : "L";

    private static Side ReadSide(JsonObject json) => Need<string>(json, "side") switch { "R" => Side.Right, "L" => Side.Left, _ => throw new FormatException("side is R or L.") };

    private static string SoundWord(Sound sound) => sound switch { Sound.Returned => "returned", Sound.StillHeard => "still_heard", _ => "no_signal" };

    private static Sound ParseSound(string word) => word switch
    {
        "returned" => Sound.Returned,
        "still_heard" => Sound.StillHeard,
        "no_signal" => Sound.NoSignal,
        _ => throw new FormatException($"'{word}' is not a sound; expected returned, still_heard or no_signal."),
    };

    private static T Need<T>(JsonObject json, string key)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json[key] is JsonValue value && value.TryGetValue(out T? read) ? read : throw Lacks(key);
    }

    private static FormatException Lacks(string key) => new($"The act lacks '{key}', or it is of the wrong type.");
}
