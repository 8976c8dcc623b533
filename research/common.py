import os, numpy as np
os.environ.setdefault("OPENBLAS_NUM_THREADS","1")
DATA="/tmp/det/data"
EIGHT="thyroid arrhythmia kddcup cardio mammography pendigits satellite vowels".split()
FOURTEEN="campaign cardiotocography cover donors fault http landsat magic.gamma mnist pageblocks skin spambase waveform wilt".split()
DEV7="campaign cover fault landsat mnist skin waveform".split()
CONF7="cardiotocography donors http magic.gamma pageblocks spambase wilt".split()
ALL=EIGHT+FOURTEEN
def metrics(score,y):
    s=np.asarray(score,np.float64); y=np.asarray(y).astype(bool)
    s=np.nan_to_num(s,nan=-1e300,posinf=1e300)
    o=np.argsort(-s,kind="stable"); s=s[o]; y=y[o]; P=y.sum(); N=len(y)-P
    ends=np.r_[np.nonzero(np.diff(s))[0],len(s)-1]; tp=np.cumsum(y)[ends]; n=ends+1
    fp=n-tp; dtp=np.diff(np.r_[0,tp]); dfp=np.diff(np.r_[0,fp])
    auc=np.sum(dfp*((tp-dtp)+.5*dtp))/(P*N); ap=np.sum(dtp/P*tp/n)
    k=np.searchsorted(n,P); before=tp[k-1] if k>0 else 0; nb=n[k-1] if k>0 else 0
    f1=(before+dtp[k]*(P-nb)/(n[k]-nb))/P
    return auc,ap,f1
def load(name,seed):
    d=f"{DATA}/{name}_{seed}"; return np.load(d+"/train.npy"),np.load(d+"/test.npy"),np.load(d+"/y.npy")
