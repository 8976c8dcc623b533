// mlvae: from a table to a decision. Every verb is a file under Verbs.
return await Microsoft.ML.Vae.Tool.RootVerb.RunAsync(args).ConfigureAwait(false);
