using System.Net;

namespace Vascular.Devices.Angiography;

/// <summary>The archive cannot be reached, or does not answer in time: nothing is known of the study, and it is asked again later.</summary>
public sealed class ArchiveAwayException(string message, Exception? inner = null) : AngiogramException(message, inner)
{
    /// <summary>What a person would look at first.</summary>
    public ArchiveAbsence Absence { get; private init; }

    /// <summary>It answered, and said that it cannot now; otherwise no answer came, or half of one.</summary>
    public bool Answered { get; init; }

    /// <summary>No line, or one that did not come about.</summary>
    /// <param name="root">Of the archive.</param>
    internal static ArchiveAwayException Of(Uri root, HttpRequestException away) => away.HttpRequestError == HttpRequestError.SecureConnectionError
        ? new ArchiveAwayException($"the certificate of the archive at {root} is not believed ({away.GetBaseException().Message})", away) { Absence = ArchiveAbsence.NotBelieved }
        : new ArchiveAwayException($"the archive at {root} cannot be reached ({away.GetBaseException().Message})", away);

    /// <summary>An answer that says nothing of what was asked for: it is of the archive itself, or of what stands before it. Null: it is of what was asked for.</summary>
    internal static ArchiveAwayException? Of(Uri root, HttpStatusCode status, string path) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired =>
            new ArchiveAwayException($"the archive at {root} refuses this user ({(int)status} to {path})") { Absence = ArchiveAbsence.LoginRefused, Answered = true },
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests =>
            new ArchiveAwayException($"the archive answered {(int)status} to {path}") { Answered = true },
        >= HttpStatusCode.InternalServerError => new ArchiveAwayException($"the archive answered {(int)status} to {path}") { Absence = ArchiveAbsence.Failed, Answered = true },
        _ => null,
    };
}

/// <summary>Why an archive is away.</summary>
public enum ArchiveAbsence
{
    /// <summary>No line, no answer, or none in time.</summary>
    Silent,

    /// <summary>Its certificate is of no authority that is trusted, or of another name.</summary>
    NotBelieved,

    /// <summary>It does not know the user or the password, or lets this user not see that.</summary>
    LoginRefused,

    /// <summary>It failed at this one question; others it may answer.</summary>
    Failed,
}
